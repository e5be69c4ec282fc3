import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { OutsideProject } from './outside-project.ts'

/* The README's snippets, as they are written but for the ports. */

/** Every snippet of a page that has a name, by its name. */
export function snippetsOf(page: string): ReadonlyMap<string, string> {
  const blocks = readFileSync(page, 'utf8').matchAll(/```js (\S+)\n(.*?)```/gsu)
  return new Map([...blocks].map(([, name = '', code = '']) => [name, code]))
}

/** Writes a snippet to a file; 4001 to 4003 become these ports, and 3000 becomes `port`. */
export function writeSnippet(
  project: OutsideProject,
  [name, code]: readonly [string, string],
  ports: readonly number[],
  port: number,
): string {
  const withServers = code.replace(/\b400([1-3])\b/gu, (_all, nth: string) => String(ports[Number(nth) - 1]))
  project.write(`${name}.mjs`, withServers.replace(/\b3000\b/u, String(port)))
  return `${name}.mjs`
}

/** Runs a file that listens on `port`, pays through it, and stops it. */
export async function payThrough(
  project: OutsideProject,
  file: string,
  { port, url }: { readonly port: number; readonly url: string },
): Promise<void> {
  const child = spawn(process.execPath, [path.join(project.folder, file)], { stdio: ['ignore', 'ignore', 'pipe'] })
  const said: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk))
  const ended = once(child, 'exit')
  try {
    await listening(port, ended)
    for (let nth = 0; nth < 6; nth += 1) await payOnce(url, `${file}-${nth}`)
  } catch (error) {
    throw new Error(`${file}: ${String(error)}\n${Buffer.concat(said).toString()}`, { cause: error })
  } finally {
    child.kill()
    await ended
  }
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function payOnce(url: string, reference: string): Promise<void> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': reference }
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ amount: 1_000, reference }) })
  const outcome = answer.headers.get('paylb-outcome')
  if (answer.status !== 201 || outcome !== 'succeeded')
    throw new Error(`a payment was answered ${answer.status} ${outcome}`)
}

/* Asks whether the port is open until it is; whoever has ended will never listen. */
async function listening(port: number, ended: Promise<unknown>): Promise<void> {
  const giveUp = AbortSignal.timeout(10_000)
  let hasEnded = false
  void ended.then(() => (hasEnded = true))
  while (!(await isOpen(port))) {
    if (hasEnded || giveUp.aborted) throw new Error(hasEnded ? 'it ended at once' : 'it never listened')
    await wait(20)
  }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
