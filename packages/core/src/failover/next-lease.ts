import { PaylbError } from '../errors.ts'
import type { Lease } from '../servers/lease.ts'
import type { Progress } from './progress.ts'
import type { RunParts } from './run.ts'

/*
 * The way to the next attempt: a server is picked, and written down before the first byte goes out. Nothing is sent that
 * the journal does not know of.
 */

/** Waiting for a payment that is still running doubles from here, */
export const firstWaitMs = 250
/** up to here. */
export const longestWaitMs = 4_000

/**
 * A lease on the next server, with the dispatch written down; undefined when the payment must end without another
 * attempt: `progress` then knows why. At once where there is nothing to write and nothing to wait for.
 */
export function nextLease<Answer>(
  progress: Progress<Answer>,
  parts: RunParts,
): Lease | undefined | Promise<Lease | undefined> {
  if (progress.protection.isWritten) return writtenLease(progress, parts)
  if (!progress.isStillWanted()) return undefined
  try {
    const picked = parts.picker.queue.pick(progress.pickRequest(), progress.remainingMs(), progress.signal)
    if (picked instanceof Promise) return queuedLease(picked, progress)
    progress.picked()
    return picked
  } catch (error) {
    progress.pickFailed(error)
    return undefined
  }
}

async function queuedLease<Answer>(queued: Promise<Lease>, progress: Progress<Answer>): Promise<Lease | undefined> {
  try {
    const lease = await queued
    progress.picked()
    if (progress.isStillWanted()) return lease
    lease.release()
  } catch (error) {
    progress.pickFailed(error)
  }
  return undefined
}

async function writtenLease<Answer>(progress: Progress<Answer>, parts: RunParts): Promise<Lease | undefined> {
  for (let duplicates = 0; progress.isStillWanted(); duplicates += 1) {
    try {
      const lease = await pickAndWriteAhead(progress, parts)
      progress.picked()
      const maySend = progress.protection.maySend(lease.server)
      if (maySend && progress.isStillWanted()) return lease
      lease.release()
      if (!maySend) return undefined
    } catch (error) {
      progress.pickFailed(error)
      if (!(await mayWaitForTheOther(error, duplicates, progress, parts))) return undefined
    }
  }
  return undefined
}

/* After longer than this between the decision to send and the send, the process may have been paused and overtaken. */
const staleAfterMs = 1_000

/* Nothing may be sent before it is written down where it goes; a key that is pinned elsewhere is picked for once more. */
async function pickAndWriteAhead<Answer>(progress: Progress<Answer>, parts: RunParts): Promise<Lease> {
  const picked = parts.picker.queue.pick(progress.pickRequest(), progress.remainingMs(), progress.signal)
  const lease = picked instanceof Promise ? await picked : picked
  try {
    const { clock } = parts.settings
    for (;;) {
      const decidedAtMs = clock.now()
      const written = await progress.protection.writeAhead(lease.server)
      if (written === 'elsewhere') break
      if (clock.now() - decidedAtMs <= staleAfterMs || !progress.isStillWanted()) return lease
    }
  } catch (error) {
    lease.release()
    throw error
  }
  lease.release()
  return pickAndWriteAhead(progress, parts)
}

/* Another request with the same key is running, and the user wants this one to wait for its end. */
async function mayWaitForTheOther<Answer>(
  error: unknown,
  waits: number,
  progress: Progress<Answer>,
  { settings }: RunParts,
): Promise<boolean> {
  if (settings.duplicates !== 'wait') return false
  if (!PaylbError.isInstance(error) || error.code !== 'payment-in-progress') return false
  if (error.retryAfterMs === undefined) return false
  const waitMs = Math.min(firstWaitMs * 2 ** waits, longestWaitMs)
  if (waitMs >= progress.remainingMs()) return false
  await settings.clock.sleep(waitMs, progress.signal)
  return true
}
