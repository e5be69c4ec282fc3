import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { expect } from 'vitest'

/* The snippets of the README and of these pages, to be run as they are written, but for the ports. */

const docs = path.resolve(import.meta.dirname, '../..')
const pages = [path.join(docs, '../../README.md'), ...readdirSync(docs).map((name) => path.join(docs, name))]

/** A snippet, and the ending of the file that it is. */
export interface Snippet {
  readonly code: string
  readonly ending: 'mjs' | 'mts'
}

/** Every snippet by its name. */
export const snippets: ReadonlyMap<string, Snippet> = new Map(
  pages.filter((page) => page.endsWith('.md')).flatMap(snippetsOf),
)

/** A folder below the docs, where the packages can be imported. */
export function newFolder(): { readonly path: string; remove(): void } {
  const folder = mkdtempSync(path.join(docs, '.snippets-'))
  return { path: folder, remove: () => rmSync(folder, { recursive: true }) }
}

/** Writes a snippet to a file; 4001 to 4003 become the ports of payment servers, 3000 becomes `port`. */
export function writeSnippet(folder: string, name: string, serverPorts: readonly number[], port: number): string {
  const snippet = snippets.get(name)
  if (snippet === undefined) throw new Error(`there is no snippet ${name}`)
  const file = path.join(folder, `${name}.${snippet.ending}`)
  const withServers = snippet.code.replace(/\b400([1-3])\b/gu, (_all, nth: string) =>
    String(serverPorts[Number(nth) - 1]),
  )
  writeFileSync(file, withServers.replace(/\b3000\b/u, String(port)))
  return file
}

/** An API that runs as a process. */
export interface RunningApi {
  /** Where payments are posted to. */
  readonly chargesUrl: string
  stop(): Promise<void>
}

/** Runs the snippet of an API until `stop`. */
export async function serve(folder: string, name: string, serverPorts: readonly number[]): Promise<RunningApi> {
  const port = await freePort()
  const child = spawn(process.execPath, [writeSnippet(folder, name, serverPorts, port)], { stdio: 'inherit' })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const url = `http://127.0.0.1:${port}`
  await expect.poll(() => isUp(url), { timeout: 10_000 }).toBe(true)
  return {
    chargesUrl: ['node', 'health-check'].includes(name) ? `${url}/charges` : `${url}/payments/charges`,
    stop: async () => {
      child.kill()
      await ended
    },
  }
}

/** Posts one payment. */
export function pay(url: string, reference: string): Promise<Response> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': reference }
  return fetch(url, { method: 'POST', headers, body: JSON.stringify({ amount: 1_000, reference }) })
}

function snippetsOf(page: string): [string, Snippet][] {
  const blocks = readFileSync(page, 'utf8').matchAll(/```(js|ts) *(\S*)\n(.*?)```/gsu)
  return [...blocks].map(([, language, name = '', code = '']) => [
    name,
    { code, ending: language === 'ts' ? 'mts' : 'mjs' },
  ])
}

async function isUp(url: string): Promise<boolean> {
  try {
    await fetch(url)
    return true
  } catch {
    return false
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
