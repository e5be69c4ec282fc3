import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Environment } from './only-loopback.ts'
import { run } from './run.ts'

/** A user's project, that knows nothing of the workspace. */
export interface OutsideProject {
  readonly folder: string
  write(file: string, text: string): void
  /** Installs more, with npm. */
  install(dependencies: readonly string[]): Promise<void>
  /** Runs one of its files with Node. */
  node(file: string): Promise<string>
  /**
   * Compiles these files as a strict user would, and writes what comes out beside them. The declarations of paylb must
   * compile as well; those of others need not (@types/koa does not).
   */
  compile(files: readonly string[]): Promise<void>
}

/** What a project is made of. */
export interface ProjectPlan {
  readonly folder: string
  readonly type: 'module' | 'commonjs'
  /** Names with versions, as `npm install` takes them. */
  readonly dependencies: readonly string[]
  readonly environment: Environment
  /** The compiler's file; it is not the project's, and brings nothing along. */
  readonly compiler: string
}

/** Makes a project, and installs what it depends on with npm. */
export async function outsideProject(plan: ProjectPlan): Promise<OutsideProject> {
  const { folder, type, dependencies, environment, compiler } = plan
  const place = { cwd: folder, environment }
  const write = (file: string, text: string): void => writeFileSync(path.join(folder, file), text)
  mkdirSync(folder, { recursive: true })
  write('package.json', JSON.stringify({ name: path.basename(folder), private: true, type }))
  const install = async (names: readonly string[]): Promise<void> => {
    await run('npm', ['install', ...npmFlags, ...names], place)
  }
  await install(dependencies)
  return {
    folder,
    write,
    install,
    node: (file) => run(process.execPath, [file], place),
    compile: async (files) => {
      write('tsconfig.json', JSON.stringify({ compilerOptions: strict, files }))
      try {
        await run(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], place)
      } catch (error) {
        const ours = String(error)
          .split('\n')
          .filter(
            (line) => line.includes('error TS') && !/node_modules\/(?!@paylb\/)/u.test(line.split('error TS')[0] ?? ''),
          )
        if (ours.length > 0 || !String(error).includes('error TS')) throw error
      }
    },
  }
}

const npmFlags = ['--no-audit', '--no-fund', '--prefer-offline', '--engine-strict', '--loglevel=error']

const strict = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  esModuleInterop: true,
  module: 'nodenext',
  target: 'es2024',
  lib: ['es2024'], // of a server: the types of fetch are Node's, not the browser's
  types: ['node'],
  skipLibCheck: false,
}
