import type { ServerResponse } from 'node:http'
import { announceEnd, endAnswer } from './end-answer.ts'

/** Answers an OPTIONS request that wants no further than here: with what is forwarded. */
export function answerOptions(response: ServerResponse): void {
  response.statusCode = 200
  response.setHeader('allow', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS')
  response.setHeader('content-length', 0)
  response.setHeader('paylb-outcome', 'not-executed')
  response.setHeader('paylb-attempts', 0)
  announceEnd(response)
  endAnswer(response, '')
}
