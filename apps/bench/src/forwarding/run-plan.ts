import { LiveProcess } from '../clients/live-process.ts'
import { Progress } from '../report/progress.ts'
import { startApi } from './api.ts'
import { pin } from './cores.ts'
import type { Cores } from './cores.ts'
import { lookAt } from './look.ts'
import { measureAll } from './measured.ts'
import type { Row } from './measured.ts'
import { loadsOf } from './plan.ts'
import type { Plan } from './plan.ts'
import { Wrk } from './wrk.ts'

/** Runs a plan with real processes: servers, the load, and one contestant after the other. @param program the path of wrk */
export async function runPlan(plan: Plan, cores: Cores, program: string): Promise<readonly Row[]> {
  if (cores.rest.length > 0) pin(process.pid, cores.rest) // what is started from here on stays there, too
  const wrk = new Wrk(program)
  const payments = new LiveProcess('../forwarding/server-process')
  const progress = new Progress(loadsOf(plan))
  try {
    const started = await payments.ask(undefined, 20_000)
    if (!started.ok) throw new Error(`the servers could not be started: ${started.reason}`)
    return await measureAll(plan, {
      start: (contestant) => startApi(contestant, started.value as readonly string[], cores.api),
      lookAt,
      load: (url, workload, seconds) => wrk.load(url, workload, seconds),
      onLoad: (part, title) => progress.step(part, title),
    })
  } finally {
    progress.end()
    payments.end()
    wrk.end()
  }
}
