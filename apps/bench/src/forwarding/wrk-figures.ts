/** What wrk counted in one run. */
export interface WrkFigures {
  readonly requests: number
  readonly microseconds: number
  readonly p50: number
  readonly p99: number
}

interface Said extends WrkFigures {
  readonly errors: Readonly<Record<string, number>>
}

/**
 * Reads what wrk and its script said.
 *
 * @throws Error when a request failed or was answered with an error: its speed would be that of failing
 */
export function readWrk(output: string): WrkFigures {
  const line = output.split('\n').findLast((one) => one.startsWith('{'))
  if (line === undefined) throw new Error(`wrk said nothing that can be read: ${output.trim().slice(0, 200)}`)
  const { errors, ...figures } = JSON.parse(line) as Said
  const wrong = Object.entries(errors).filter(([, count]) => count > 0)
  if (wrong.length > 0) throw new Error(wrong.map(([kind, count]) => `${count} ${kindNames[kind] ?? kind}`).join(', '))
  if (figures.requests === 0) throw new Error('not one request was answered')
  return figures
}

const kindNames: Readonly<Record<string, string>> = {
  connect: 'connections refused',
  read: 'answers cut',
  write: 'requests cut',
  timeout: 'answers too late',
  status: 'answers that say error',
}
