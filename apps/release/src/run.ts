import { execFile } from 'node:child_process'

/** Where a command runs. */
export interface Place {
  readonly cwd: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

/**
 * Runs a command to its end.
 *
 * @returns what it wrote to its standard output
 * @throws Error with everything that it said, when it fails
 */
export function run(command: string, parameters: readonly string[], { cwd, environment }: Place): Promise<string> {
  const limits = { maxBuffer: 16 * 1024 * 1024, timeout: 120_000 }
  return new Promise((resolve, reject) => {
    const child = execFile(command, parameters, { cwd, env: environment, ...limits }, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout)
      const name = [command, ...parameters].join(' ')
      reject(new Error(`${name} failed in ${cwd}\n${stdout}${stderr}`, { cause: error }))
    })
    child.stdin?.end()
  })
}
