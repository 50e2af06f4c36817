/**
 * Hands a mail to the mail server over SMTP (RFC 5321) under TLS (RFC 8314). Text alone, one recipient; the library
 * opens no file and no address for a mail, whatever stands in it.
 */
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { createTransport } from 'nodemailer'
import { SettingsError } from '../settings.ts'
import type { Mail } from './mail.ts'
import { type MailSettings, portOf } from './mail-settings.ts'

const CONNECTION_TIMEOUT_MS = 15_000
const SILENCE_TIMEOUT_MS = 30_000
const ANSWER_MAX_CHARACTERS = 300

export type OutgoingMail = Pick<Mail, 'id' | 'to' | 'subject' | 'text' | 'addedAt'> & {
  /** Beside what every mail has; names and values are ours. */
  readonly headers: Readonly<Record<string, string>>
}

export type SendResult =
  | { readonly as: 'sent' }
  /** The mail server will never take this mail to this recipient. */
  | { readonly as: 'refused'; readonly error: string }
  /** Not now. */
  | { readonly as: 'deferred'; readonly error: string }
  /** It takes no mail at all for now: not there, another certificate, another password. */
  | { readonly as: 'away'; readonly error: string }

export interface MailSender {
  send(mail: OutgoingMail): Promise<SendResult>
  close(): void
}

export async function openMailSender(settings: MailSettings): Promise<MailSender> {
  const { host, security, from, fromName, replyTo, username } = settings
  const [password, ca] = await Promise.all([
    readOptional('mail.passwordFile', settings.passwordFile),
    readOptional('mail.caFile', settings.caFile),
  ])
  const transport = createTransport({
    ...{ pool: true, maxConnections: 2, maxMessages: 100 },
    ...{ host, port: portOf(settings), secure: security === 'tls' },
    ...{ requireTLS: security === 'starttls', ignoreTLS: security === 'plaintext' },
    ...{ disableFileAccess: true, disableUrlAccess: true, maxRecipients: 1 },
    ...{ connectionTimeout: CONNECTION_TIMEOUT_MS, greetingTimeout: CONNECTION_TIMEOUT_MS },
    ...{ socketTimeout: SILENCE_TIMEOUT_MS, dnsTimeout: CONNECTION_TIMEOUT_MS },
    tls: {
      ...{ minVersion: 'TLSv1.2', rejectUnauthorized: true },
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(ca === undefined ? {} : { ca }),
    },
    // Tests and production take one way: nothing is read from the environment.
    ...(username === undefined ? {} : { auth: { user: username, pass: password?.trim() ?? '' } }),
  })
  const domain = from.slice(from.indexOf('@') + 1)
  return {
    send: async ({ id, to, subject, text, addedAt, headers }) => {
      try {
        await transport.sendMail({
          ...{ envelope: { from, to: [to] }, from: { name: fromName, address: from } },
          ...{ to: { name: '', address: to }, subject, text, encoding: 'utf-8' },
          ...(replyTo === undefined ? {} : { replyTo: { name: '', address: replyTo } }),
          // At every attempt the same: who got it twice sees it once.
          ...{ messageId: `<${id}@${domain}>`, date: new Date(addedAt * 1000) },
          // RFC 3834: nobody's absence answers it.
          headers: { 'Auto-Submitted': 'auto-generated', ...headers },
          ...{ disableFileAccess: true, disableUrlAccess: true },
        })
        return { as: 'sent' }
      } catch (error) {
        return resultOf(error)
      }
    },
    close: () => transport.close(),
  }
}

/** What of a mail or its recipient was refused says the code of the answer (RFC 5321 §4.2.1). */
function resultOf(error: unknown): SendResult {
  const { code, command, responseCode, response, message } = error as Partial<
    Record<'code' | 'command' | 'response' | 'message', string> & { responseCode: number }
  >
  const says = (response ?? message ?? 'unknown').replaceAll(/\p{Cc}+/gu, ' ')
  const said = `${code ?? 'EUNKNOWN'}: ${says}`.slice(0, ANSWER_MAX_CHARACTERS)
  const isOfThisMail = code === 'EENVELOPE' || code === 'EMESSAGE'
  // Our own address is refused: no fault of the recipient's.
  if (!isOfThisMail || command === 'MAIL FROM') return { as: 'away', error: said }
  const isForGood = responseCode === undefined || responseCode >= 500
  return { as: isForGood ? 'refused' : 'deferred', error: said }
}

async function readOptional(
  setting: string,
  file: string | undefined,
): Promise<string | undefined> {
  if (file === undefined) return undefined
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new SettingsError([`${setting}: ${file} cannot be read (${error.code})`])
  })
}
