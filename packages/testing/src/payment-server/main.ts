#!/usr/bin/env node
import { startControlServer } from './control-server.ts'
import { parseFlags, usage } from './flags.ts'
import { startPaymentServer } from './payment-server.ts'
import { checkFields, port } from '../validation.ts'

/*
 * A payment server as a process of its own. It prints one line of JSON when it listens, ends in an orderly way on
 * SIGTERM and SIGINT, and at once when the process that started it is gone.
 */

const graceMs = 5_000

async function main(): Promise<void> {
  if (process.connected) process.once('disconnect', () => process.exit())
  const commandLine = process.argv.slice(2)
  if (commandLine.includes('--help')) return void process.stdout.write(usage)
  const { options, controlPort } = parseFlags(commandLine)
  checkFields({ controlPort }, { controlPort: port }, 'options')
  const server = await startPaymentServer(options)
  const control = await startControlServer(server, controlPort)

  async function close(): Promise<void> {
    await Promise.all([server.close({ graceMs }), control.close()])
    process.exit()
  }
  process.once('SIGTERM', () => void close())
  process.once('SIGINT', () => void close())

  const { id, url, ledgerFile } = server
  process.stdout.write(`${JSON.stringify({ id, url, controlUrl: control.url, ledgerFile, pid: process.pid })}\n`)
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
})
