import { isSafeMethod, type Told } from '@paylb/core'
import { fields } from '@paylb/core/doors'

import type { TransportAnswer } from '../request.ts'
import type { Admitted } from './admit.ts'
import type { ClientSettings } from './options.ts'

/*
 * Redirects. fetch follows them by itself, and would send a POST again after a 307, to whichever server is next, and
 * after a 303 show the outcome of a GET as that of the payment. It only does so where there is a `location`. So that
 * field has another name wherever following it could repeat a payment, hide its outcome, or lead out of the pool; the
 * answer itself stays. A redirect from a safe request to another path of the pool is followed as ever.
 */

/** The fields of a server's answer with what paylb has to tell; only paylb may speak of outcomes. */
export function answerFields(
  answer: TransportAnswer,
  told: Told,
  request: Pick<Admitted, 'method' | 'target' | 'key' | 'isGenerated'> & { readonly origin: string },
  { keyHeader, keyField }: ClientSettings,
): readonly string[] {
  const passed: string[] = []
  for (const [name, value] of fields(answer.rawHeaders)) {
    const field = name.toLowerCase()
    if (field.startsWith('paylb-') || (request.isGenerated && field === keyField)) continue
    const isRenamed = field === 'location' && !mayBeFollowed(answer.status, value, request)
    passed.push(isRenamed ? 'paylb-location' : name, value)
  }
  if (request.isGenerated && request.key !== undefined) passed.push(keyHeader, request.key)
  if (told.outcome !== undefined) passed.push('paylb-outcome', told.outcome)
  passed.push('paylb-attempts', String(told.attempts.length))
  return passed
}

/* Only a 3xx is ever followed; elsewhere, such as beside a 201, the field is a mere piece of information. */
function mayBeFollowed(
  status: number,
  location: string,
  { method, target, origin }: { readonly method: string; readonly target: string; readonly origin: string },
): boolean {
  if (status < 300 || status > 399) return true
  if (!isSafeMethod(method) || !URL.canParse(origin)) return false
  const from = new URL(origin).origin + target
  return URL.canParse(location, from) && new URL(location, from).origin === new URL(from).origin
}
