export type { TlsOptions, TransportOptions } from './options.ts'
export type { AnswerReader, AnswerSink, BodyStream, TransportAnswer, TransportRequest } from './request.ts'
export { createTransport } from './transport.ts'
export type { Transport } from './transport.ts'
