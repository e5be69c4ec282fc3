import { setTimeout as sleep } from 'node:timers/promises'
import type { Fleet } from './fleet.ts'

/** One thing that goes wrong, or is mended. */
interface Step {
  readonly atMs: number
  readonly what: string
  act(fleet: Fleet): Promise<void> | void
}

const declines = { decline: true, probability: 0.04 } as const

const steps: readonly Step[] = [
  { atMs: 0, what: 'some cards are declined', act: (fleet) => all(fleet, (n) => faults(fleet, n, [declines])) },
  { atMs: 3_000, what: 'pay-1 answers slowly', act: (fleet) => faults(fleet, 0, [{ delayMs: 400 }, declines]) },
  { atMs: 6_500, what: 'pay-1 is well again', act: (fleet) => faults(fleet, 0, [declines]) },
  { atMs: 8_000, what: 'pay-2 is killed (SIGKILL)', act: (fleet) => server(fleet, 1).kill() },
  {
    atMs: 12_000,
    what: 'pay-2 starts again',
    act: async (fleet) => {
      await server(fleet, 1).restart()
      await faults(fleet, 1, [declines])
    },
  },
  { atMs: 14_000, what: 'pay-3 is paused (SIGSTOP)', act: (fleet) => server(fleet, 2).pause() },
  { atMs: 18_000, what: 'pay-3 goes on (SIGCONT)', act: (fleet) => server(fleet, 2).resume() },
  {
    atMs: 20_000,
    what: 'pay-1 resets connections',
    act: (fleet) =>
      faults(fleet, 0, [
        { reset: 'before', probability: 0.1 },
        { reset: 'within', probability: 0.1 },
        { reset: 'after', probability: 0.1 },
      ]),
  },
  { atMs: 24_000, what: 'all are well', act: (fleet) => all(fleet, (n) => faults(fleet, n, {})) },
  { atMs: 26_000, what: 'the last payments', act: () => {} },
]

/** Runs the schedule once; stops between two steps when `signal` aborts. */
export async function runFaults(fleet: Fleet, signal: AbortSignal, onStep: (what: string) => void): Promise<void> {
  const startedAt = performance.now()
  for (const step of steps) {
    await sleep(Math.max(0, startedAt + step.atMs - performance.now()), undefined, { signal })
    onStep(step.what)
    await step.act(fleet)
  }
}

async function all(fleet: Fleet, act: (index: number) => Promise<void>): Promise<void> {
  await Promise.all(fleet.servers.map((_server, index) => act(index)))
}

function faults(
  fleet: Fleet,
  index: number,
  what: Parameters<Fleet['servers'][number]['setFaults']>[0],
): Promise<void> {
  return server(fleet, index).setFaults(what)
}

function server(fleet: Fleet, index: number): Fleet['servers'][number] {
  const found = fleet.servers[index]
  if (found === undefined) throw new RangeError(`there is no server ${index}`)
  return found
}
