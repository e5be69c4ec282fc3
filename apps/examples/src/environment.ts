/** Where an example listens, as its environment says. */
export const port = Number(process.env['PORT'] ?? 3000)

/** The payment servers' URLs. */
export const servers = (process.env['PAYMENT_SERVERS'] ?? '').split(',')
