import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { startPaymentServer } from '@paylb/testing'
import { expect, onTestFinished, test } from 'vitest'
import { newAuthority } from '../../undici/test/support/authority.ts'
import { startTlsServer } from '../../undici/test/support/tls-server.ts'

/* Every snippet of the README, run as it is written but for the ports. */

const folderOfPackage = path.resolve(import.meta.dirname, '..')
const readme = readFileSync(path.join(folderOfPackage, 'README.md'), 'utf8')
const snippets = new Map(
  [...readme.matchAll(/```js (\S+)\n(.*?)```/gsu)].map(([, name = '', code = '']) => [name, code] as const),
)

interface Run {
  readonly ports: Readonly<Record<string, number>>
  readonly files?: Readonly<Record<string, string>>
}

async function run(name: string, { ports, files = {} }: Run): Promise<string> {
  const folder = mkdtempSync(path.join(folderOfPackage, '.readme-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const code = (snippets.get(name) ?? '').replaceAll(/\b4\d{3}\b/gu, (port) => String(ports[port] ?? port))
  for (const [file, text] of Object.entries({ ...files, 'snippet.mjs': code })) {
    writeFileSync(path.join(folder, file), text)
  }
  const flags = ['--conditions=paylb-source', 'snippet.mjs']
  return (await promisify(execFile)(process.execPath, flags, { cwd: folder })).stdout
}

async function startTwo(): Promise<Run> {
  const servers = await Promise.all([startPaymentServer(), startPaymentServer()])
  onTestFinished(async () => void (await Promise.all(servers.map((server) => server.close()))))
  return { ports: { 4001: servers[0].port, 4002: servers[1].port } }
}

test('charge: a payment succeeds', async () => {
  expect(await run('charge', await startTwo())).toBe('201 succeeded\n')
})

test('adapter: a payment gets a key', async () => {
  expect(await run('adapter', await startTwo())).toBe('201 36\n')
})

test('tls: a server that asks for a certificate is shown one', async () => {
  const authority = newAuthority()
  const { cert, key } = authority.issue({ name: 'shop' })
  const asking = { requestCert: true, rejectUnauthorized: true, ca: authority.cert }
  const server = await startTlsServer({ ...authority.issue(), ...asking })
  const files = { 'ca.pem': authority.cert, 'client.pem': cert, 'client-key.pem': key }
  const ports = { 4443: Number(new URL(server.url()).port) }
  expect(await run('tls', { ports, files })).toBe('200\n')
  expect(server.clients).toEqual(['shop'])
})

test('no snippet goes untested', () => {
  expect([...snippets.keys()]).toEqual(['charge', 'adapter', 'tls'])
})
