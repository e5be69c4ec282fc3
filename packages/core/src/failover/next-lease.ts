import { PaylbError } from '../errors.ts'
import type { Written } from '../payments/journalled-payment.ts'
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
 * attempt: `progress` then knows why. At once where there is nothing to wait for.
 *
 * @param duplicates how often another request with the same key was waited for
 */
export function nextLease<Answer>(
  progress: Progress<Answer>,
  parts: RunParts,
  duplicates = 0,
): Lease | undefined | Promise<Lease | undefined> {
  if (!progress.isStillWanted()) return undefined
  try {
    const lease = pickAndWriteAhead(progress, parts)
    if (!(lease instanceof Promise)) return sendable(lease, progress, true)
    return lease.then(
      (waited) => sendable(waited, progress, progress.isStillWanted()),
      (error: unknown) => afterTheOther(error, duplicates, progress, parts),
    )
  } catch (error) {
    return afterTheOther(error, duplicates, progress, parts)
  }
}

/* What was waited for may have come too late, and a key that is open may have grown too old. */
function sendable<Answer>(lease: Lease, progress: Progress<Answer>, isStillWanted: boolean): Lease | undefined {
  progress.picked()
  if (isStillWanted && progress.protection.maySend(lease.server)) return lease
  lease.release()
  return undefined
}

/* Nothing may be sent before it is written down where it goes; a key that is pinned elsewhere is picked for once more. */
function pickAndWriteAhead<Answer>(progress: Progress<Answer>, parts: RunParts): Lease | Promise<Lease> {
  const picked = parts.picker.queue.pick(progress.pickRequest(), progress)
  if (picked instanceof Promise) return picked.then((lease) => writtenAhead(lease, progress, parts))
  return writtenAhead(picked, progress, parts)
}

function writtenAhead<Answer>(lease: Lease, progress: Progress<Answer>, parts: RunParts): Lease | Promise<Lease> {
  let written
  try {
    written = progress.protection.writeAhead(lease.server)
  } catch (error) {
    lease.release()
    throw error
  }
  if (written instanceof Promise) return writtenInTime(written, lease, progress, parts)
  return written === 'written' ? lease : pickElsewhere(lease, progress, parts)
}

async function writtenInTime<Answer>(
  first: Promise<Written>,
  lease: Lease,
  progress: Progress<Answer>,
  parts: RunParts,
): Promise<Lease> {
  try {
    let writing: Written | Promise<Written> = first
    for (;;) {
      const written = await writing
      if (written === 'elsewhere') break
      if (!progress.protection.mayBeOvertaken() || !progress.isStillWanted()) return lease
      writing = progress.protection.writeAhead(lease.server)
    }
  } catch (error) {
    lease.release()
    throw error
  }
  return pickElsewhere(lease, progress, parts)
}

function pickElsewhere<Answer>(lease: Lease, progress: Progress<Answer>, parts: RunParts): Lease | Promise<Lease> {
  lease.release()
  return pickAndWriteAhead(progress, parts)
}

/* Where another request with the same key is running, and the user wants this one to wait for its end; else the end. */
function afterTheOther<Answer>(
  error: unknown,
  waits: number,
  progress: Progress<Answer>,
  parts: RunParts,
): Promise<Lease | undefined> | undefined {
  progress.pickFailed(error)
  const { duplicates, clock } = parts.settings
  if (duplicates !== 'wait') return undefined
  if (!PaylbError.isInstance(error) || error.code !== 'payment-in-progress') return undefined
  if (error.retryAfterMs === undefined) return undefined
  const waitMs = Math.min(firstWaitMs * 2 ** waits, longestWaitMs)
  if (waitMs >= progress.remainingMs()) return undefined
  return clock.sleep(waitMs, progress.signal).then(() => nextLease(progress, parts, waits + 1))
}
