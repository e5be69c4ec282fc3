import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/* Servers are installed where only administrators look. */
const alsoIn = ['/usr/sbin', '/usr/local/sbin']

/** The path of an installed program. */
export function findProgram(name: string, searched: string = process.env['PATH'] ?? ''): string | undefined {
  const folders = [...searched.split(delimiter).filter((folder) => folder !== ''), ...alsoIn]
  return folders.map((folder) => join(folder, name)).find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
