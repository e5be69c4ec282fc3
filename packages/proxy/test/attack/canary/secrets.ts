/** Twenty secrets, each in another place of a payment, of its answer, or of the options. */
export const secrets = {
  bearer: 'canary-01-bearer',
  cookie: 'canary-02-cookie',
  proxyAuthorization: 'canary-03-proxy',
  signature: 'canary-04-signature',
  apiKey: 'canary-05-api-key',
  customHeader: 'canary-06-custom',
  query: 'canary-07-query',
  forwardedFor: 'canary-08-forwarded',
  card: '4242424242424242',
  cardWithSpaces: '5555 5555 5555 4444',
  securityCode: 'cvc-canary-11',
  account: 'GB82WEST12345698765432',
  holder: 'canary-13-holder',
  answerCookie: 'canary-14-set-cookie',
  answerHeader: 'canary-15-answer-header',
  answerBody: 'canary-16-answer-body',
  reason: 'canary-17-reason',
  serverPassword: 'canary-18-server-password',
  privateKey: 'canary-19-private-key',
  passphrase: 'canary-20-passphrase',
} as const

/** Told to its own caller, and kept in the journal; other records have a hash of it. */
export const key = 'canary-key-of-the-payment'

export const body: string = JSON.stringify({
  card: secrets.card,
  other: secrets.cardWithSpaces,
  cvc: secrets.securityCode,
  iban: secrets.account,
  holder: secrets.holder,
})

export const headers: Readonly<Record<string, string>> = {
  'Content-Type': 'application/json',
  Authorization: `Bearer ${secrets.bearer}`,
  Cookie: `session=${secrets.cookie}`,
  'Proxy-Authorization': `Basic ${secrets.proxyAuthorization}`,
  'X-Pay-Signature': secrets.signature,
  'X-Api-Key': secrets.apiKey,
  'X-Name': secrets.customHeader,
  'X-Forwarded-For': secrets.forwardedFor,
}

export const target: string = `/payments/charges?token=${secrets.query}`

/** What the user's own functions throw. It goes to the user's log, and to no caller. */
export const hookMessage = 'canary-of-a-hook'
