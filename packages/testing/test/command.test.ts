import { execFile, spawn as spawnProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, test, vi } from 'vitest'
import { charge, send, until } from './support/client.ts'
import { isAlive } from './support/is-alive.ts'
import { atEnd, temporaryFile } from './support/scope.ts'

vi.setConfig({ testTimeout: 30_000 })

const mainFile = fileURLToPath(new URL('../src/payment-server/main.ts', import.meta.url))

describe('the command', () => {
  test('prints one line of JSON when it listens, and ends on SIGTERM', async () => {
    const ledger = temporaryFile('ledger.sqlite')
    const flags = [`--ledger=${ledger}`, '--id=pay-9', '--port=0', '--control-port=0', '--dedupe=none', '--load-report']
    const child = spawnProcess(process.execPath, [mainFile, ...flags], { stdio: ['ignore', 'pipe', 'ignore'] })
    atEnd(() => child.kill('SIGKILL'))
    const [line] = await once(createInterface({ input: child.stdout }), 'line')
    const announced = JSON.parse(String(line))
    expect(announced).toMatchObject({ id: 'pay-9', ledgerFile: ledger, pid: child.pid })
    await charge(announced, 'order-1')
    expect((await charge(announced, 'order-1')).headers).toHaveProperty('endpoint-load-metrics')
    expect(JSON.parse((await send(`${announced.controlUrl}/__stats`)).body)).toMatchObject({ executions: 2 })
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  test('explains itself with --help and starts nothing', async () => {
    const stdout = await new Promise<string>((resolve) =>
      execFile(process.execPath, [mainFile, '--help'], (_error, text) => resolve(text)),
    )
    expect(stdout).toContain('--ledger=…')
    expect(stdout).not.toContain('http://')
  })

  test.each([
    ['--prot=1', "Unknown option '--prot'"],
    ['--port=high', 'options.port: NaN is not allowed'],
    ['--control-port=high', 'options.controlPort: NaN is not allowed'],
  ])('%s is refused', async (flag, message) => {
    const stderr = await new Promise<string>((resolve) =>
      execFile(process.execPath, [mainFile, flag], (_error, _stdout, text) => resolve(text)),
    )
    expect(stderr).toContain(message)
  })
})

describe('a process whose parent is killed', () => {
  test.each(['running', 'paused'])('ends as well while it is %s', async (state) => {
    const program = `
      import { spawnPaymentServer } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)}
      const server = await spawnPaymentServer({ ledgerFile: ${JSON.stringify(temporaryFile('ledger.sqlite'))} })
      if (${state === 'paused'}) await server.pause()
      console.log(server.pid)`
    const parent = spawnProcess(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = await once(createInterface({ input: parent.stdout }), 'line')
    const pid = Number(line)
    atEnd(() => isAlive(pid) && process.kill(pid, 'SIGKILL'))
    expect(isAlive(pid)).toBe(true)
    parent.kill('SIGKILL')
    await until(() => !isAlive(pid))
  })
})
