/** This server cannot work beside those that use the database already; the message says what to do. */
export class NotAloneError extends Error {
  override readonly name = 'NotAloneError'
}
