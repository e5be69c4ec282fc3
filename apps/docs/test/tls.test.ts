import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import type { TLSSocket } from 'node:tls'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { newAuthority } from '../../../packages/undici/test/support/authority.ts'
import { newFolder, writeSnippet } from './support/snippets.ts'

test('tls: payments with a client certificate, and with a new one after a reload', async () => {
  const folder = newFolder()
  const authority = newAuthority()
  const write = (name: string, text: string): void => writeFileSync(path.join(folder.path, name), text)
  write('ca.pem', authority.cert)
  for (const name of ['client', 'backup']) {
    const { cert, key } = authority.issue({ name })
    write(`${name}.pem`, cert)
    write(`${name}.key`, key)
  }
  const asksWho = { requestCert: true, rejectUnauthorized: true, ca: authority.cert }
  const clients: unknown[] = []
  const server = createServer({ ...authority.issue(), ...asksWho }, ({ socket }, response) => {
    clients.push((socket as TLSSocket).getPeerCertificate().subject.CN)
    const { cert, key } = authority.issue({ name: 'renewed' })
    write('client.pem', cert)
    write('client.key', key)
    response.writeHead(201).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    folder.remove()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const file = writeSnippet(folder.path, 'tls', [port, port, port], 0)
  const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd: folder.path })
  expect(stdout).toBe('201\n201\n')
  expect(clients).toEqual(['client', 'renewed'])
})
