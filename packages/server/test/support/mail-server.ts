/** A real mail server for tests: SMTP over TLS with a certificate of an authority of its own, which keeps what it got. */
import { writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import type { CertificateAuthority } from '../../src/tls/certificate-authority.ts'
import type { Ending } from './edge-under-test.ts'
import { serverCertificate, strangeAuthority } from './test-authorities.ts'

export interface ReceivedMail {
  readonly from: string
  readonly to: readonly string[]
  /** As it came over the wire. */
  readonly raw: string
  readonly isEncrypted: boolean
  readonly user: string | undefined
}

export interface MailServerOptions {
  readonly security?: 'tls' | 'starttls' | 'plaintext'
  /** Names in its certificate. */
  readonly hosts?: readonly string[]
  readonly password?: string
}

export class TestMailServer {
  readonly received: ReceivedMail[] = []
  readonly authority: CertificateAuthority
  /** What it answers to a recipient, where it is no plain yes. */
  answerTo: (recipient: string) => { readonly code: number; readonly says: string } | undefined =
    () => undefined
  /** Takes the mail and ends the connection before it says so. */
  diesAfterTaking = false
  readonly #server: SMTPServer

  private constructor(authority: CertificateAuthority, options: SMTPServerOptions) {
    this.authority = authority
    this.#server = new SMTPServer({
      ...{ authOptional: true, logger: false, closeTimeout: 100 },
      ...options,
      onRcptTo: ({ address }, _session, callback) => {
        const refused = this.answerTo(address)
        if (refused === undefined) callback()
        else callback(Object.assign(new Error(refused.says), { responseCode: refused.code }))
      },
      onData: (stream, session, callback) => {
        const parts: Buffer[] = []
        stream.on('data', (part: Buffer) => parts.push(part))
        stream.on('end', () => {
          const { mailFrom, rcptTo } = session.envelope
          this.received.push({
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            ...{ raw: Buffer.concat(parts).toString(), isEncrypted: session.secure },
            user: session.user,
          })
          if (this.diesAfterTaking) {
            callback(Object.assign(new Error('out of memory'), { responseCode: 451 }))
            return
          }
          callback()
        })
      },
    })
    this.#server.on('error', () => {
      // A client that refuses the certificate hangs up; the test looks at the client.
    })
  }

  static async start(
    t: Ending,
    { security = 'tls', hosts = ['127.0.0.1'], password }: MailServerOptions = {},
  ): Promise<TestMailServer> {
    const authority = await strangeAuthority()
    const { keyPem, certificatePem } = await serverCertificate(authority, hosts)
    const server = new TestMailServer(authority, {
      secure: security === 'tls',
      ...{ key: keyPem, cert: certificatePem },
      ...(security === 'plaintext' ? { disabledCommands: ['STARTTLS', 'AUTH'] } : {}),
      ...(password === undefined
        ? {}
        : {
            authOptional: false,
            onAuth: ({ username, password: given }, _session, callback) =>
              given === password
                ? callback(null, { user: username })
                : callback(Object.assign(new Error('no'), { responseCode: 535 })),
          }),
    })
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve))
    t.after(() => server.stop())
    return server
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.#server.close(resolve))
  }

  /** `mail` of a settings file that trusts it; its authority lies in `folder`. */
  async settings(folder: string, more: object = {}): Promise<{ readonly mail: object }> {
    const caFile = join(folder, `mail-ca-${this.port}.pem`)
    await writeFile(caFile, this.authority.pem)
    return {
      mail: {
        ...{ host: '127.0.0.1', port: this.port, from: 'updates@lumen.example', caFile },
        ...{ perMinute: 6_000 },
        ...more,
      },
    }
  }
}

/** Headers by their names in lower case, unfolded, and the text as its reader sees it. */
export function readMail({ raw }: ReceivedMail): {
  readonly headers: ReadonlyMap<string, readonly string[]>
  readonly text: string
} {
  const end = raw.indexOf('\r\n\r\n')
  const headers = new Map<string, string[]>()
  for (const line of raw
    .slice(0, end)
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split('\r\n')) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    headers.set(name, [...(headers.get(name) ?? []), decodeWords(line.slice(colon + 1).trim())])
  }
  const body = raw.slice(end + 4)
  const encoding = headers.get('content-transfer-encoding')?.[0]
  const text =
    encoding === 'base64'
      ? Buffer.from(body, 'base64').toString()
      : encoding === 'quoted-printable'
        ? decodeQuoted(body)
        : body
  return { headers, text: text.replaceAll('\r\n', '\n') }
}

/** RFC 2047, as far as subjects need it. */
function decodeWords(text: string): string {
  return text
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([QB])\?([^?]*)\?=/gi, (_, kind: string, word: string) =>
      kind.toUpperCase() === 'B'
        ? Buffer.from(word, 'base64').toString()
        : decodeQuoted(word.replaceAll('_', ' ')),
    )
}

function decodeQuoted(text: string): string {
  const bytes = text
    .replaceAll(/=\r\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
  return Buffer.from(bytes, 'latin1').toString()
}
