import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Cell, CellMessage, CellResult } from './cell.ts'

/*
 * Starts the process of a cell and waits for its one answer. Whatever becomes of the process, the bench goes on: one
 * that dies or hangs is reported with the reason, and no figure stands for it.
 */

/* From sources, packages resolve to sources too; built, they resolve to what users run. */
const isSource = import.meta.url.endsWith('.ts')
const program = new URL(isSource ? './cell-process.ts' : './cell-process.js', import.meta.url)
const sourceFlags = isSource ? ['--conditions=paylb-source'] : []

/* As much of the last words of a process as a line can hold. */
const lastWordsLength = 300

/** Runs one cell in a fresh process. Never rejects for what the process does. */
export async function runCell(cell: Cell, limitMs: number): Promise<CellResult> {
  const child = fork(program, [cell.module, JSON.stringify(cell.input)], {
    execArgv: [...sourceFlags, ...(cell.nodeFlags ?? [])],
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const heard = listenTo(child)
  let isLate = false
  const limit = setTimeout(() => {
    isLate = true
    child.kill('SIGKILL')
  }, limitMs)
  try {
    await once(child, 'close')
  } catch (error) {
    return { ok: false, reason: `its process could not be started: ${String(error)}` }
  } finally {
    clearTimeout(limit)
  }
  if (heard.message !== undefined) return resultOf(heard.message)
  if (isLate) return { ok: false, reason: `no result within ${limitMs / 1_000} s; its process was ended` }
  return { ok: false, reason: `its process died: ${causeOfDeath(child, heard.lastWords)}` }
}

interface Heard {
  message: CellMessage | undefined
  lastWords: string
}

function listenTo(child: ChildProcess): Heard {
  const heard: Heard = { message: undefined, lastWords: '' }
  child.on('message', (message) => {
    heard.message = message as CellMessage
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    heard.lastWords = (heard.lastWords + text).slice(-8 * lastWordsLength)
  })
  return heard
}

function resultOf(message: CellMessage): CellResult {
  return 'failure' in message ? { ok: false, reason: message.failure } : { ok: true, value: message.value }
}

function causeOfDeath({ exitCode, signalCode }: ChildProcess, lastWords: string): string {
  const how = signalCode === null ? `exit code ${exitCode}` : `signal ${signalCode}`
  const said = /^.*(?:Error|FATAL).*$/mu.exec(lastWords)?.[0] ?? lastWords.trim().split('\n').at(-1) ?? ''
  return said === '' ? how : `${how}: ${said.trim().slice(0, lastWordsLength)}`
}
