import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { newFolder, snippets, writeSnippet } from './support/snippets.ts'

/* What a user copies must compile where the compiler is told to be strict, array elements that may be missing included. */

vi.setConfig({ testTimeout: 60_000 })

const compiler = path.resolve(import.meta.dirname, '../../../node_modules/typescript/bin/tsc')
/* These come without types of their own. */
const untyped = new Set(['express', 'express-app', 'koa', 'koa-app'])

const folder = newFolder()
afterAll(() => folder.remove())

test('every snippet compiles, strict and with noUncheckedIndexedAccess', async () => {
  const files = [...snippets.keys()]
    .filter((name) => !untyped.has(name))
    .map((name) => writeSnippet(folder.path, name, [4001, 4002, 4003], 3000))
  expect(await complaintsAbout(files)).toEqual([])
})

test('and one that is wrong does not', async () => {
  const file = path.join(folder.path, 'wrong.mts')
  writeFileSync(file, 'const list: number[] = []\nexport const first: number = list[0]\n')
  expect(await complaintsAbout([file])).toEqual([expect.stringContaining("'number | undefined' is not assignable")])
})

async function complaintsAbout(files: readonly string[]): Promise<readonly string[]> {
  const compilerOptions = {
    strict: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    allowJs: true,
    checkJs: true,
    /* A snippet in JavaScript says what a caught error is by using it. */
    useUnknownInCatchVariables: false,
    target: 'es2024',
    lib: ['es2024'],
    module: 'nodenext',
    types: ['node'],
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    customConditions: ['paylb-source'],
  }
  writeFileSync(path.join(folder.path, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }))
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, [compiler, '-p', folder.path, '--pretty', 'false'], (_error, stdout) => resolve(stdout))
  })
  return output.split('\n').filter((line) => line.includes('.snippets-') && line.includes('error TS'))
}
