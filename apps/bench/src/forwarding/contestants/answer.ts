import { answerPayment } from '../payment-server.ts'
import type { Listen } from './contestant.ts'
import { listening } from './listening.ts'

/* The floor: nothing is forwarded. What the others cost beyond it is the forwarding. */

export const listen: Listen = () => listening(answerPayment)
