import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { promisify } from 'node:util'
import { startPaymentServer } from '@paylb/testing'
import type { PaymentServer } from '@paylb/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/* Runs every snippet of the README and of these pages as it is written, but for the ports. */

const docs = path.resolve(import.meta.dirname, '..')
const pages = [path.join(docs, '../../README.md'), ...readdirSync(docs).map((name) => path.join(docs, name))]
const snippets = new Map(pages.filter((page) => page.endsWith('.md')).flatMap(snippetsOf))

let folder: string
let servers: PaymentServer[]
let ports: Map<string, string>

beforeAll(async () => {
  folder = mkdtempSync(path.join(docs, '.snippets-'))
  servers = await Promise.all(
    [1, 2, 3].map((n) => startPaymentServer({ ledgerFile: path.join(folder, `${n}.ledger`) })),
  )
  ports = new Map(servers.map((server, index) => [`400${index + 1}`, String(server.port)]))
})

afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()))
  rmSync(folder, { recursive: true })
})

describe('every API of the README forwards payments, also past a server that refuses connections', () => {
  test.for(['express', 'fastify', 'koa', 'node'])('%s', async (name) => {
    const api = await serve(name)
    try {
      for (const dead of [undefined, servers[1]]) {
        await dead?.setFaults({ refuse: true })
        for (let count = 0; count < 12; count += 1) {
          const answer = await pay(
            `${api.url}${name === 'node' ? '' : '/payments'}/charges`,
            `${name}-${String(dead?.port)}-${count}`,
          )
          expect([answer.status, answer.headers.get('paylb-outcome')]).toEqual([201, 'succeeded'])
        }
        await dead?.setFaults({ refuse: false })
      }
    } finally {
      await api.stop()
    }
  })
})

test('axios: the client of the README charges', async () => {
  expect(await run('axios')).toMatch(/^charged \{/u)
})

test('membership: servers come and go', async () => {
  expect(await run('membership')).toContain(`[ '127.0.0.1:${ports.get('4002')}', 'pay-3' ]`)
})

test('own-strategy: a strategy of the user picks', async () => {
  expect(await run('own-strategy')).toBe(`127.0.0.1:${ports.get('4002')}\n`)
})

test('no snippet goes untested', () => {
  const tested = ['express', 'fastify', 'koa', 'node', 'axios', 'membership', 'own-strategy']
  expect([...snippets.keys()].toSorted()).toEqual(tested.toSorted())
})

function snippetsOf(page: string): [string, string][] {
  const blocks = readFileSync(page, 'utf8').matchAll(/```(?:js|ts) *(\S*)\n(.*?)```/gsu)
  return [...blocks].map(([, name = '', code = '']) => [name, code])
}

function fileOf(name: string, port: number): string {
  const file = path.join(folder, `${name}.mjs`)
  const withPorts = (snippets.get(name) ?? '').replace(/\b400\d\b/gu, (port) => ports.get(port) ?? port)
  writeFileSync(file, withPorts.replace(/\b3000\b/u, String(port)))
  return file
}

async function run(name: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [fileOf(name, 0)])
  return stdout
}

async function serve(name: string): Promise<{ url: string; stop(): Promise<void> }> {
  const port = await freePort()
  const child = spawn(process.execPath, [fileOf(name, port)], { stdio: 'inherit' })
  const url = `http://127.0.0.1:${port}`
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const stop = async (): Promise<void> => {
    child.kill()
    await ended
  }
  await expect
    .poll(
      () =>
        fetch(url).then(
          () => true,
          () => false,
        ),
      { timeout: 10_000 },
    )
    .toBe(true)
  return { url, stop }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

function pay(url: string, key: string): Promise<Response> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': key }
  return fetch(url, { method: 'POST', headers, body: JSON.stringify({ amount: 1_000, reference: key }) })
}
