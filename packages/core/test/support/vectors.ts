import { readFileSync } from 'node:fs'

/** The numbers of one file in `test/vectors`, as they stand; the test says what they are. */
export function readVectors(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8'))
}
