/** A command of the bench: how it reads its arguments, what it says of them, and what it does. */
export interface Command<Given> {
  readonly usage: string
  /** @throws TypeError for arguments that are wrong */
  readonly read: (given: readonly string[]) => Given
  /** @returns the exit code */
  readonly run: (given: Given) => Promise<number>
}

/** Runs a command with the arguments of this process. @returns the exit code: 2 for arguments that are wrong */
export async function runCommand<Given extends { readonly help: boolean }>(command: Command<Given>): Promise<number> {
  let given: Given
  try {
    given = command.read(process.argv.slice(2))
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    process.stderr.write(`${error.message}\n\n${command.usage}`)
    return 2
  }
  if (!given.help) return command.run(given)
  process.stdout.write(command.usage)
  return 0
}

/** Prints a paragraph. */
export function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n\n`)
}
