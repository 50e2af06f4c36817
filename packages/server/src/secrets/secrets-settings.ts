/** `secrets` in the settings file: what the server's secrets are sealed under. */
import { z } from 'zod'

/** A hook that hangs must not keep a server from saying so. */
const KMS_TIMEOUT_DEFAULT_SECONDS = 20

const source = {
  /** 32 bytes in base64 or hex, for this user's eyes alone. */
  keyFile: z.string().min(1).optional(),
  /** The name of the variable; it is taken out of the environment once it is read. */
  keyEnvironment: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'must be the name of a variable')
    .optional(),
  /** Program and words; no shell in between. */
  kmsCommand: z.array(z.string().max(4096)).min(1).max(32).optional(),
}

function isAtMostOne(named: { readonly [name in keyof typeof source]?: unknown }): boolean {
  const { keyFile, keyEnvironment, kmsCommand } = named
  return [keyFile, keyEnvironment, kmsCommand].filter((each) => each !== undefined).length <= 1
}

const ONE = 'name one of keyFile, keyEnvironment and kmsCommand'

export const secretsSettingsSchema = z
  .strictObject({
    ...source,
    kmsTimeoutSeconds: z.int().min(1).max(300).default(KMS_TIMEOUT_DEFAULT_SECONDS),
    /** Where the key was before: what is still sealed under it goes over to the new one at the start. */
    former: z.strictObject(source).refine(isAtMostOne, ONE).optional(),
  })
  .refine(isAtMostOne, ONE)
  .prefault({})

export type SecretsSettings = z.output<typeof secretsSettingsSchema>
export type KeySource = Pick<SecretsSettings, keyof typeof source>
