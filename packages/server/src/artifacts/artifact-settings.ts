/** The section `artifacts` of the settings: where the files of releases are kept. */
import { z } from 'zod'

const file = z.string().min(1)

export const artifactSettingsSchema = z
  .discriminatedUnion('kind', [
    /** `artifacts/` in the data folder. */
    z.strictObject({ kind: z.literal('disk') }),
    z.strictObject({
      kind: z.literal('s3'),
      endpoint: z
        .string()
        .refine(isEndpoint, 'must be https://host (http:// on this machine alone), without a path'),
      bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'is no name of a bucket'),
      region: z.string().min(1).default('us-east-1'),
      accessKeyIdFile: file,
      secretAccessKeyFile: file,
      /** What the names of all objects begin with. */
      prefix: z
        .string()
        .regex(/^([A-Za-z0-9._-]+\/)*$/, 'must be empty or end with /')
        .default('artifacts/'),
      /** Whether whoever can follow a link gets one, good for five minutes, instead of the bytes. */
      presign: z.boolean().default(false),
      /** Where the bucket stands: in the path, or before the host name. */
      addressing: z.enum(['path', 'host']).default('path'),
      /** Who signed the store's certificate, where the system does not know them. */
      caFile: file.optional(),
    }),
  ])
  .default({ kind: 'disk' })

function isEndpoint(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, pathname, search, username, password } = new URL(text)
  const isLocal = hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname)
  if (pathname !== '/' || search !== '' || username !== '' || password !== '') return false
  return protocol === 'https:' || (protocol === 'http:' && isLocal)
}
