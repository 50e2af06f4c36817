/**
 * The server's settings file: strict, and every mistake is reported at once, so that nobody mends
 * one line per start.
 */
import { ARTIFACT_LENGTH_MAX_BYTES } from '@fleetward/shared'
import { validate } from 'node-cron'
import { z } from 'zod'
import { artifactSettingsSchema } from './artifacts/artifact-settings.ts'
import { auditSettingsSchema } from './audit/audit-settings.ts'
import { brokerSettingsSchema } from './broker/broker-settings.ts'
import { feedSettingsSchema } from './feeds/sources/feed-settings.ts'
import { isAddressOrNetwork } from './http/public-proxies.ts'
import { mailSettingsSchema } from './mail/mail-settings.ts'
import { retentionSettingsSchema } from './retention/retention-settings.ts'
import { secretsSettingsSchema } from './secrets/secrets-settings.ts'
import { companySettingsSchema } from './sign-in/company/company-settings.ts'
import { webhookSettingsSchema } from './webhooks/webhook-settings.ts'

const port = z.int().min(0).max(65_535)

const REQUESTS_MAX_COUNT = 1_000_000_000

const settingsSchema = z.strictObject({
  dataFolder: z.string().min(1),
  /** Names and addresses that devices use; they stand in the server's certificate. */
  host: z.array(z.string().min(1).max(253)).min(1).max(16),
  listen: z
    .strictObject({
      address: z.string().min(1).default('127.0.0.1'),
      /** 0 takes any free port. */
      public: port.default(8444),
      device: port.default(8443),
      mqtt: port.default(8883),
      operator: port.default(8080),
      /** /metrics, /healthz and /readyz, without TLS; one above the operator's when left out. */
      metrics: port.optional(),
      metricsAddress: z.string().min(1).default('127.0.0.1'),
      /** With it operators come to `listen.address`; `own`: the certificate that devices meet. */
      operatorTls: z
        .union([
          z.literal('own'),
          z.strictObject({ certificateFile: z.string().min(1), keyFile: z.string().min(1) }),
        ])
        .optional(),
      /** Before the public listener, by address or network; their X-Forwarded-For is believed (docs/public-pages.md). */
      publicProxies: z
        .array(
          z.string().refine(isAddressOrNetwork, 'is no address or network: 10.0.0.5, 10.0.0.0/24'),
        )
        .max(64)
        .default([]),
    })
    .prefault({}),
  /**
   * Where people open the server's pages. Without `listen.operatorTls` a proxy on this machine puts TLS before them
   * and sets X-Forwarded-For (docs/accounts.md).
   */
  operatorUrl: z
    .string()
    .refine(isOrigin, 'must be an origin: https://fleet.example.com, without a path')
    .optional(),
  /** Requests to the operator API per minute, each server for itself. */
  requestLimits: z
    .strictObject({
      perAddress: z.int().min(1).max(REQUESTS_MAX_COUNT).default(6000),
      perAccount: z.int().min(1).max(REQUESTS_MAX_COUNT).default(3000),
    })
    .prefault({}),
  /** PostgreSQL instead of SQLite in the data folder. */
  database: z
    .strictObject({
      url: z
        .string()
        .regex(/^postgres(ql)?:\/\//, 'must begin with postgresql://')
        .refine(
          hasNoPassword,
          'must hold no password: put it into a file and name it as passwordFile',
        ),
      passwordFile: z.string().min(1).optional(),
    })
    .optional(),
  /** What the server's secrets are sealed under (docs/operating/secrets.md). */
  secrets: secretsSettingsSchema,
  /** An outside broker instead of the embedded one. */
  broker: brokerSettingsSchema.optional(),
  /** An S3-compatible store instead of the disk. */
  artifacts: artifactSettingsSchema,
  /** Whether artifacts are on the public listener too (protocol §9.1). */
  publicDownload: z.boolean().default(false),
  /** Companies whose people sign in with their company's account (docs/accounts.md). */
  companies: z
    .array(companySettingsSchema)
    .max(20)
    .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'each id stands once')
    .default([]),
  /** Whether the file `admin-token` opens the API (docs/accounts.md). */
  machineToken: z.boolean().default(true),
  artifactLengthMaxBytes: z
    .int()
    .min(1)
    .max(ARTIFACT_LENGTH_MAX_BYTES)
    .default(ARTIFACT_LENGTH_MAX_BYTES),
  /** Whether a device that seems to be two gets no offers until somebody has looked into it. */
  quarantineSuspectedClones: z.boolean().default(false),
  /** OpenTelemetry spans; the operator brings the SDK (docs/operating/observability.md). */
  traces: z.boolean().default(false),
  production: z.boolean().default(false),
  acceptVulnerableNode: z.string().optional(),
  /** How long what is kept. */
  retention: retentionSettingsSchema,
  /** How dossiers look (docs/dossier.md). */
  dossier: z
    .strictObject({
      /** TrueType or OpenType; embedded in the PDF, which is PDF/A then. */
      fontFile: z.string().min(1).optional(),
    })
    .prefault({}),
  /** Where webhooks may go. */
  webhooks: webhookSettingsSchema,
  /** The mail server that takes our mails; none are made without (docs/operating/mail.md). */
  mail: mailSettingsSchema.optional(),
  /** From where feeds may come by themselves. */
  feeds: feedSettingsSchema,
  /** Where the audit log goes. */
  audit: auditSettingsSchema,
  /** How often the server looks whether something has to be signed anew. */
  renewalCron: z
    .string()
    .refine((expression) => validate(expression), 'is no cron expression')
    .default('*/5 * * * *'),
})

export type Settings = z.output<typeof settingsSchema>

/** The settings cannot be used; one line per mistake. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
  readonly mistakes: readonly string[]

  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'))
    this.mistakes = mistakes
  }
}

function isOrigin(url: string): boolean {
  return URL.canParse(url) && new URL(url).origin === url && url.startsWith('https://')
}

function hasNoPassword(url: string): boolean {
  return !URL.canParse(url) || new URL(url).password === ''
}

export function parseSettings(value: unknown): Settings {
  const result = settingsSchema.safeParse(value)
  if (result.success) return result.data
  throw new SettingsError(result.error.issues.map(inWords))
}

function inWords(issue: z.core.$ZodIssue): string {
  const where = issue.path.length === 0 ? 'the file' : issue.path.join('.')
  return `${where}: ${issue.message}`
}
