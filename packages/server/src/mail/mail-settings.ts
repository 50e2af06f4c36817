/** `mail` in the settings file: which mail server takes mails, and how. docs/operating/mail.md has this table. */
import { isIP } from 'node:net'
import { z } from 'zod'
import { addressSchema } from './address.ts'

const PER_MINUTE_MAX_COUNT = 6_000

export const mailSettingsSchema = z
  .strictObject({
    host: z.string().regex(/^[A-Za-z0-9.:-]{1,253}$/, 'must be a name or an address'),
    /** 465 with `tls`, 587 with `starttls`, 25 with `plaintext` when left out. */
    port: z.int().min(1).max(65_535).optional(),
    /** `starttls`: required, never only when it is offered. `plaintext`: to this machine alone. */
    security: z.enum(['tls', 'starttls', 'plaintext']).default('tls'),
    /** Whom mails come from. */
    from: addressSchema,
    fromName: z
      .string()
      .max(100)
      .regex(/^[^\p{Cc}"<>]*$/u, 'must be one line without quotes and angle brackets')
      .default(''),
    replyTo: addressSchema.optional(),
    username: z.string().min(1).max(254).optional(),
    passwordFile: z.string().min(1).optional(),
    /** Authorities of one's own mail server, PEM, in place of the system's. */
    caFile: z.string().min(1).optional(),
    /** To all recipients together. */
    perMinute: z.int().min(1).max(PER_MINUTE_MAX_COUNT).default(120),
    /** To one recipient; what is urgent goes beyond it. */
    perRecipientAndDay: z.int().min(1).max(1_000).default(30),
  })
  .refine(
    ({ security, host }) => security !== 'plaintext' || isLoopback(host),
    'plaintext goes to 127.0.0.1 or ::1 alone: whoever is on the way reads and changes it',
  )
  .refine(
    ({ username, passwordFile }) => (username === undefined) === (passwordFile === undefined),
    'username and passwordFile stand together',
  )

export type MailSettings = z.output<typeof mailSettingsSchema>

function isLoopback(host: string): boolean {
  return host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

const PORTS = { tls: 465, starttls: 587, plaintext: 25 } as const

export function portOf({ port, security }: Pick<MailSettings, 'port' | 'security'>): number {
  return port ?? PORTS[security]
}
