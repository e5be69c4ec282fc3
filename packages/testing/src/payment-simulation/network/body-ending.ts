import type { BodyEnding } from '@paylb/core'
import type { Exchange } from './exchange.ts'

const longestBodyMs = 20

/** How the body of an answer ends whose head was reported before. */
export function bodyEnding(exchange: Exchange, isCut: boolean): Promise<BodyEnding> {
  const { incarnation } = exchange.request
  return new Promise((resolve) => {
    incarnation.later(incarnation.world.dice.between(0, longestBodyMs), () => {
      if (isCut) cut(exchange)
      resolve(isCut ? 'cut' : 'complete')
    })
  })
}

function cut(exchange: Exchange): void {
  const { incarnation } = exchange.request
  incarnation.world.coverage.sometimes('a streamed answer was cut')
  incarnation.watch.failed(exchange.server.id)
  exchange.isProvenUnexecuted = false
}
