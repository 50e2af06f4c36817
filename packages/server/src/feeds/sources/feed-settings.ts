/** `feeds` in the settings file: from where the server may take feeds by itself. */
import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { isNetwork } from '../../webhooks/reachable-address.ts'

export const feedSettingsSchema = z
  .strictObject({
    /** Only what lies in these folders may be a source on the server itself. */
    folders: z
      .array(z.string().max(1000).refine(isAbsolute, 'must be an absolute path'))
      .max(32)
      .default([]),
    /** Networks beside the public ones, for mirrors of one's own: `10.20.0.0/16`. */
    allowNetworks: z
      .array(z.string().refine(isNetwork, 'must be a network like 10.20.0.0/16'))
      .max(64)
      .default([]),
    /** Authorities of one's own mirrors, PEM, beside the system's. */
    caFile: z.string().min(1).optional(),
  })
  .prefault({})

export type FeedSettings = z.output<typeof feedSettingsSchema>
