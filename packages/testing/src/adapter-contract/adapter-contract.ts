import type { AdapterRule } from './adapter-rule.ts'
import { answers } from './rules/answers.ts'
import { bodyParsers } from './rules/body-parsers.ts'
import { clientConnections } from './rules/client-connections.ts'
import { closing } from './rules/closing.ts'
import { connectionFields } from './rules/connection-fields.ts'
import { cutAnswers } from './rules/cut-answers.ts'
import { downloads } from './rules/downloads.ts'
import { duplicates } from './rules/duplicates.ts'
import { failover } from './rules/failover.ts'
import { handedOutBalancer } from './rules/handed-out-balancer.ts'
import { journals } from './rules/journals.ts'
import { keys } from './rules/keys.ts'
import { leavingCallers } from './rules/leaving-callers.ts'
import { ledgers } from './rules/ledgers.ts'
import { limits } from './rules/limits.ts'
import { outcomes } from './rules/outcomes.ts'
import { paymentOptions } from './rules/payment-options.ts'
import { problemAnswers } from './rules/problem-answers.ts'
import { randomBytes } from './rules/random-bytes.ts'
import { refusedRequests } from './rules/refused-requests.ts'
import { requestBytes } from './rules/request-bytes.ts'
import { secretsStay } from './rules/secrets.ts'
import { unknownOutcomes } from './rules/unknown-outcomes.ts'
import { uploads } from './rules/uploads.ts'
import { whoAsked } from './rules/who-asked.ts'

/**
 * What every framework adapter must hold, on real sockets. Each rule opens servers, an app and callers of its own on
 * 127.0.0.1, waits on events, and closes everything.
 *
 * @example
 * for (const rule of adapterContract) test(rule.name, () => rule.check(mountExpress))
 */
export const adapterContract: readonly AdapterRule[] = [
  ...requestBytes,
  ...connectionFields,
  ...whoAsked,
  ...refusedRequests,
  ...randomBytes,
  ...keys,
  ...limits,
  ...uploads,
  ...downloads,
  ...answers,
  ...outcomes,
  ...failover,
  ...unknownOutcomes,
  ...cutAnswers,
  ...ledgers,
  ...duplicates,
  ...journals,
  ...paymentOptions,
  ...problemAnswers,
  ...secretsStay,
  ...leavingCallers,
  ...clientConnections,
  ...bodyParsers,
  ...handedOutBalancer,
  ...closing,
]
