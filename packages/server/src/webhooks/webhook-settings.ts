/** `webhooks` in the settings file: where they may go. */
import { z } from 'zod'
import { isNetwork } from './reachable-address.ts'

export const webhookSettingsSchema = z
  .strictObject({
    /** Networks beside the public ones, for receivers of one's own: `10.20.0.0/16`. */
    allowNetworks: z
      .array(z.string().refine(isNetwork, 'must be a network like 10.20.0.0/16'))
      .max(64)
      .default([]),
    /** Authorities of one's own receivers, PEM, beside the system's. */
    caFile: z.string().min(1).optional(),
    /** For trying things out: plain http as well. */
    allowHttp: z.boolean().default(false),
  })
  .prefault({})

export type WebhookSettings = z.output<typeof webhookSettingsSchema>
