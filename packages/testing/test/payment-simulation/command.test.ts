import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test, vi } from 'vitest'

vi.setConfig({ testTimeout: 30_000 })

const mainFile = fileURLToPath(new URL('../../src/payment-simulation/command/main.ts', import.meta.url))

interface Ended {
  readonly code: unknown
  readonly stdout: string
  readonly stderr: string
}

function run(...flags: readonly string[]): Promise<Ended> {
  const node = ['--conditions=paylb-source', '--disable-warning=ExperimentalWarning', mainFile, ...flags]
  return new Promise((resolve) => {
    execFile(process.execPath, node, { maxBuffer: 2 ** 24 }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    )
  })
}

test('--help explains the flags and runs nothing', async () => {
  const { code, stdout } = await run('--help')
  expect(code).toBe(0)
  expect(stdout).toContain('--seeds N')
  expect(stdout).not.toContain('payments/s')
})

test('a small run says how many payments it made, and that none broke the promise', async () => {
  const { code, stdout } = await run('--seeds', '3', '--payments', '40')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^3 seeds, 120 payments in /mu)
  expect(stdout).toMatch(/violations: 0\n$/u)
})

test('a replay prints every step and the trace hash, the same each time', async () => {
  const [one, other] = await Promise.all([
    run('--seed', '5', '--payments', '20'),
    run('--seed', '5', '--payments', '20'),
  ])
  expect(one.stdout).toMatch(/seed 5: trace [0-9a-f]+-[0-9a-f]{8}, \d+ executions; the promise held\n$/u)
  expect(one.stdout.split('\n').length).toBeGreaterThan(20)
  expect(other.stdout).toBe(one.stdout)
})

test.each([
  [['--sedes', '3'], "Unknown option '--sedes'"],
  [['--seeds', '0'], '--seeds: 0 is not a whole number of at least 1'],
  [['--seeds', '1.5'], '--seeds: 1.5 is not a whole number'],
  [['--seeds', '1e3'], '--seeds: 1e3 is not a whole number'],
  [['--payments', 'many'], '--payments: many is not a whole number'],
  [['--from', 'x'], '--from: x is not a whole number'],
  [['--seed', ''], '--seed:  is not a whole number'],
  [['stray'], "Unexpected argument 'stray'"],
])('%j is refused', async (flags, message) => {
  const { code, stdout, stderr } = await run(...flags)
  expect(stderr).toContain(message)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
})
