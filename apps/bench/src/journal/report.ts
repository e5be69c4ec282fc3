import { readable, table } from '../report/table.ts'
import type { Alone } from './measured.ts'
import { leastShare } from './through.ts'
import type { Through } from './through.ts'

/** The tables of a run, and below them what could not be measured. */
export function report(alone: Alone, through: Through | undefined): string {
  const concurrencies = [...new Set(alone.pairs.map(({ concurrency }) => concurrency))]
  const rates = concurrencies.map((at) => {
    const [memory, sqlite] = (['memory', 'sqlite'] as const).map(
      (name) => alone.pairs.find(({ journal, concurrency }) => journal === name && concurrency === at)?.perSecond,
    )
    return [`${at} at a time`, shown(memory), shown(sqlite)]
  })
  const failures = alone.pairs.flatMap(({ journal, concurrency, failure }) =>
    failure === undefined ? [] : [`not measured: ${journal}, ${concurrency} at a time: ${failure}`],
  )
  return [
    table(['begun and settled per second', 'memory', 'sqlite'], rates),
    `fsync of one page: ${alone.fsyncMs === undefined ? 'not measured' : `${alone.fsyncMs.toFixed(3)} ms`}`,
    ...failures,
    '',
    ...(through === undefined ? ['not measured through the proxy: wrk is not installed'] : throughLines(through)),
  ].join('\n')
}

function throughLines({ memory, sqlite, share, standing, failures }: Through): readonly string[] {
  const header = ['keyed POST through @paylb/proxy, 64 connections', 'memory', 'sqlite', 'share', 'target', '']
  const ratio = share === undefined ? '–' : share.toFixed(2)
  const row = ['requests per second', shown(memory), shown(sqlite), ratio, `≥ ${leastShare}`, standing]
  return [table(header, [row]), ...failures.map((failure) => `not measured: ${failure}`)]
}

function shown(figure: number | undefined): string {
  return figure === undefined ? '–' : readable(figure)
}
