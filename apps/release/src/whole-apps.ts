import { readFileSync } from 'node:fs'
import path from 'node:path'
import { startPaymentServer } from '@paylb/testing'
import { outsideProject } from './outside-project.ts'
import type { OutsideProject, ProjectPlan } from './outside-project.ts'
import type { Released } from './publish.ts'
import { freePort, payThrough, snippetsOf, writeSnippet } from './readme-snippets.ts'

/** What every project of a rehearsal has in common. */
export interface Projects extends Pick<ProjectPlan, 'environment' | 'compiler' | 'folder'> {
  readonly packages: readonly Released[]
}

/** The README's snippets and a strict TypeScript file, in an ESM project with the newest of everything. */
export async function checkNewest(projects: Projects, workspace: string): Promise<void> {
  const frameworks = ['express@5', 'fastify@5', 'koa@3', 'axios@1', '@types/express@5', '@types/koa@3']
  const project = await newProject(projects, 'newest', 'module', frameworks)
  const snippets = snippetsOf(path.join(workspace, 'README.md'))
  for (const api of ['express', 'fastify', 'koa', 'node']) {
    if (!snippets.has(api)) throw new Error(`the README has no snippet ${api}`)
  }
  await withServers(async (ports) => {
    for (const snippet of snippets) await runSnippet(project, snippet, ports)
    await compileAndRun(project, 'strict.mts', ports)
  })
}

/** An app in CommonJS, with the oldest frameworks that are supported. */
export async function checkOldest(projects: Projects): Promise<void> {
  const frameworks = [
    'express@4.21.0',
    'fastify@5.0.0',
    'koa@2.15.0',
    'axios@1.7.0',
    '@types/express@4',
    '@types/koa@2',
  ]
  const project = await newProject(projects, 'oldest', 'commonjs', frameworks)
  await withServers(async (ports) => {
    await compileAndRun(project, 'commonjs.cts', ports)
  })
}

function newProject(
  { packages, folder, ...plan }: Projects,
  name: string,
  type: ProjectPlan['type'],
  frameworks: readonly string[],
): Promise<OutsideProject> {
  const ours = packages.map((released) => `${released.name}@${released.version}`)
  const dependencies = [...ours, ...frameworks, '@types/node@24']
  return outsideProject({ ...plan, folder: path.join(folder, name), type, dependencies })
}

/* A snippet with a port of its own is an API; the others run to their end. */
async function runSnippet(
  project: OutsideProject,
  snippet: readonly [string, string],
  ports: readonly number[],
): Promise<void> {
  const port = await freePort()
  const file = writeSnippet(project, snippet, ports, port)
  if (!/\b3000\b/u.test(snippet[1])) return void (await project.node(file))
  const mount = snippet[1].includes('/payments') ? '/payments' : ''
  await payThrough(project, file, { port, url: `http://127.0.0.1:${port}${mount}/charges` })
}

async function compileAndRun(project: OutsideProject, file: string, ports: readonly number[]): Promise<void> {
  const text = readFileSync(path.join(import.meta.dirname, '../outside', file), 'utf8')
  project.write(
    file,
    text.replace(/\b400([1-3])\b/gu, (_all, nth: string) => String(ports[Number(nth) - 1])),
  )
  await project.compile([file])
  await project.node(file.replace(/ts$/u, 'js'))
}

async function withServers(use: (ports: readonly number[]) => Promise<void>): Promise<void> {
  const servers = await Promise.all([1, 2, 3].map(() => startPaymentServer()))
  try {
    await use(servers.map((server) => server.port))
  } finally {
    await Promise.all(servers.map((server) => server.close()))
  }
}
