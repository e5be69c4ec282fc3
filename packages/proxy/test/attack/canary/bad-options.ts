import { createBalancer } from '@paylb/core'
import { createCertificates } from '@paylb/undici'
import { paylb } from '../../../src/index.ts'
import { secrets } from './secrets.ts'

/* Options that are refused, with secrets in them. */

const url = 'http://127.0.0.1:1'
const pem = `-----BEGIN PRIVATE KEY-----\n${secrets.privateKey}\n-----END PRIVATE KEY-----\n`

export const badOptions: Readonly<Record<string, () => unknown>> = {
  'a server with a password': () => createBalancer({ servers: [`http://shop:${secrets.serverPassword}@127.0.0.1:1`] }),
  'a server with a token in its query': () => createBalancer({ servers: [`${url}/?token=${secrets.query}`] }),
  'a private key that is none': () => createCertificates({ cert: pem, key: pem, passphrase: secrets.passphrase }),
  'a private key instead of an authority': () => createCertificates({ ca: pem }),
  'a token as an unknown option': () => paylb({ servers: [url], token: secrets.bearer } as never),
}
