import type { Settings } from './options.ts'

/**
 * The value of the header `endpoint-load-metrics`, in the text form of the open load-report standard (ORCA), or
 * `undefined` when the server does not report.
 */
export function loadReport(settings: Settings, inFlight: number): string | undefined {
  if (settings.loadReport === false) return undefined
  const load = settings.loadReport === true ? inFlight / settings.capacity : settings.loadReport()
  return `TEXT application_utilization=${load}`
}
