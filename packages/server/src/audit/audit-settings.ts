/** `audit` in the settings file. */
import { z } from 'zod'

const file = z.string().min(1)

export const auditSettingsSchema = z
  .strictObject({
    /** A log server that gets every entry at once: syslog over TLS, RFC 5425. */
    syslog: z
      .strictObject({
        host: z.string().min(1).max(253),
        /** IANA's port for syslog over TLS. */
        port: z.int().min(1).max(65_535).default(6514),
        /** Who vouches for the log server; the system's authorities without it. */
        caFile: file.optional(),
        /** This server's own certificate, for log servers that ask for one. */
        certificateFile: file.optional(),
        keyFile: file.optional(),
      })
      .refine(
        ({ certificateFile, keyFile }) =>
          (certificateFile === undefined) === (keyFile === undefined),
        'name both certificateFile and keyFile, or neither',
      )
      .optional(),
  })
  .prefault({})

export type SyslogSettings = NonNullable<z.output<typeof auditSettingsSchema>['syslog']>
