import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const mainFile = path.join(import.meta.dirname, '../src/main.ts')
const timeoutMs = 20_000
const canListChildren = existsSync(`/proc/self/task/${process.pid}/children`)

/* A run that goes on, with a folder of its own for temporary files. */
async function startRun(): Promise<{ child: ChildProcess; folder: string }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'paylb-chaos-test-'))
  const flags = ['--conditions=paylb-source', '--disable-warning=ExperimentalWarning']
  const child = spawn(process.execPath, [...flags, mainFile, '--short', '--adapter', 'node', '--minutes', '5'], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  for await (const text of child.stdout ?? []) if (/callers pay/u.test(String(text))) break
  return { child, folder }
}

function childrenOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
}

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !/\) [ZX] /u.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
}

test.runIf(canListChildren)(
  'Ctrl-C ends every process and removes the folder',
  async () => {
    const { child, folder } = await startRun()
    const children = childrenOf(child.pid ?? 0)
    expect(children.length).toBeGreaterThanOrEqual(3)
    child.kill('SIGINT')
    expect(await once(child, 'exit')).toEqual([130, null])
    expect(children.filter((pid) => isAlive(pid))).toEqual([])
    expect(readdirSync(folder)).toEqual([])
  },
  timeoutMs,
)

test.runIf(canListChildren)(
  'no process outlives a run that was killed',
  async () => {
    const { child } = await startRun()
    const children = childrenOf(child.pid ?? 0)
    child.kill('SIGKILL')
    await once(child, 'exit')
    await expect.poll(() => children.filter((pid) => isAlive(pid)), { timeout: 5_000 }).toEqual([])
  },
  timeoutMs,
)
