import type { Callers } from '../client/callers.ts'
import type { Fleet } from '../fleet/fleet.ts'
import { readUnsettled } from '../check/read-journal.ts'
import type { Payment } from '../client/payment.ts'

/** A death of the API: whom it left without an answer, and what its journal knew of them. */
export interface ApiDeath {
  /** Payments with a key whose first request was with the API as it died, and got no answer. */
  readonly inFlight: readonly string[]
  /** All requests that got no answer. */
  readonly broken: number
  /** The keys that the journal has as unsettled. */
  readonly journalled: ReadonlySet<string>
  /** When the next process started: what was executed before came from the dead one. */
  readonly restartedAtMs: number
}

/** Kills the API with SIGKILL, reads its journal while nobody has it open, and starts the API again. */
export async function killApi(fleet: Fleet, callers: Callers): Promise<ApiDeath> {
  const asked = [...callers.inFlight].map((payment) => ({ payment, requests: payment.requests }))
  await fleet.api.kill()
  const journalled = new Set((await readUnsettled(fleet.journalFile)).map((record) => record.key))
  await callers.allBroken()
  const broken = asked.filter(({ payment, requests }) => isBroken(payment, requests))
  /* Before the restart: then callers send again, and their first request is no longer their last. */
  const first = broken.flatMap(({ payment }) => (isFirst(payment) && payment.key !== undefined ? [payment.key] : []))
  const restartedAtMs = Date.now()
  await fleet.api.start()
  return {
    inFlight: first,
    broken: broken.length,
    journalled,
    restartedAtMs,
  }
}

/* The request that was out then is the last one still, and was not answered. */
function isBroken(payment: Payment, requests: number): boolean {
  return payment.requests === requests && !payment.isAnswered
}

/* Of a payment that was sent before, the journal may have forgotten it because it was settled before. */
function isFirst(payment: Payment): boolean {
  return payment.requests === 1 && payment.hangsUpAfterMs === undefined
}
