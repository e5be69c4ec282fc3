import type {
  AnsweredAttempt,
  AttemptContext,
  AttemptReport,
  BodyEnding,
  Call,
  Server,
  Told,
  UnansweredAttempt,
} from '../../src/index.ts'

type Report = AttemptReport<string>
type Answered = AnsweredAttempt<string>

/** What one attempt does: report, or first do something and then report. */
export type Scripted = Report | ((server: Server, context: AttemptContext) => Report | Promise<Report>)

/** A call whose attempts follow a script, with everything that was seen of it. */
export interface ScriptedCall extends Call<string> {
  readonly tried: string[]
  readonly contexts: AttemptContext[]
  readonly told: Told[]
}

/** Attempt 1 follows the first step, attempt 2 the second; one attempt too many is an error that the test sees in `tried`. */
export function scripted(steps: readonly Scripted[], call: Partial<Call<string>> = {}): ScriptedCall {
  const tried: string[] = []
  const contexts: AttemptContext[] = []
  const told: Told[] = []
  return {
    tried,
    contexts,
    told,
    attempt: async (server, context) => {
      const step = steps[tried.length]
      tried.push(server.id)
      contexts.push(context)
      if (step === undefined) throw new Error('one attempt too many')
      return typeof step === 'function' ? await step(server, context) : step
    },
    onTold: (what) => told.push(what),
    ...call,
  }
}

/** An answer with this status. */
export function answer(status: number, more: Partial<Omit<Answered, 'evidence'>> = {}): Answered {
  return { evidence: 'answered', status, headers: new Headers(), answer: `answer ${status}`, ...more }
}

/** Nothing left this process. */
export const notSent: UnansweredAttempt = failed('not-sent', 'connection')
/** Something may have left, and the connection broke. */
export const reset: UnansweredAttempt = failed('sent', 'connection')
/** Something may have left, and no answer came in time. */
export const timeout: UnansweredAttempt = failed('sent', 'timeout')

function failed(evidence: UnansweredAttempt['evidence'], trouble: UnansweredAttempt['trouble']): UnansweredAttempt {
  return { evidence, trouble, error: new Error(`${evidence}, ${trouble}`) }
}

/** An answer whose body is still on its way, and the function that ends it. */
export function streamed(status: number): {
  readonly report: Answered
  end(how: BodyEnding): Promise<void>
  fail(): Promise<void>
} {
  const { promise, resolve, reject } = Promise.withResolvers<BodyEnding>()
  const settled = async (): Promise<void> => {
    await promise.catch(() => undefined)
    await Promise.resolve()
  }
  return {
    report: answer(status, { ended: promise }),
    end: (how) => {
      resolve(how)
      return settled()
    },
    fail: () => {
      reject(new Error('the body broke'))
      return settled()
    },
  }
}

/** The error that a call ends with. Fails the test when the call does not fail. */
export async function failing(call: Promise<unknown>): Promise<unknown> {
  return await call.then(
    (value) => Promise.reject(new Error(`the call should have failed, but gave ${String(value)}`)),
    (error: unknown) => error,
  )
}
