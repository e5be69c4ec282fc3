import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { accidents } from './canary/accidents.ts'
import { hookMessage, key, secrets } from './canary/secrets.ts'

interface Told {
  readonly after: string
  readonly what: string
  readonly text: string
}

test('twenty secrets show nowhere, whatever goes wrong', async () => {
  const main = fileURLToPath(new URL('canary/main.ts', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=paylb-source', main], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  const streams = child.stdio.slice(1).map((stream) => text(stream as Readable))
  const [stdout = '', stderr = '', lines = ''] = await Promise.all(streams)
  await exited
  const told = lines
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Told)
  const statuses = told.filter(({ what }) => what === 'status').map(({ after, text: status }) => `${status} ${after}`)
  expect(statuses).toEqual(expect.arrayContaining(accidents.map(({ what, status }) => `${status} ${what}`)))
  const refused = accidents.filter(({ status }) => status >= 400).map(({ what }) => what)
  expect(told.filter(({ what }) => what === 'error').map(({ after }) => after)).toEqual(expect.arrayContaining(refused))
  expect(child.exitCode).toBe(0)
  const shown = [
    ...told,
    { after: 'all', what: 'stdout', text: stdout },
    { after: 'all', what: 'stderr', text: stderr },
  ]
  const found = Object.entries(secrets).flatMap(([name, secret]) =>
    shown.filter((one) => one.text.includes(secret)).map(({ after, what }) => `${name} in ${what} after ${after}`),
  )
  expect([...new Set(found)]).toEqual([])
  const including = (word: string): readonly string[] => [
    ...new Set(told.filter((one) => one.text.includes(word)).map(({ what }) => what)),
  ]
  expect(including(key).toSorted()).toEqual(['error', 'problem', 'unsettled'])
  expect(including('keyHash')).toEqual(['onPaymentEnd'])
  expect(including(hookMessage)).not.toContain('problem')
})
