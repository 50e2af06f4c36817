/** A file for a secret that is shown once: made before the secret is, so that none is lost for want of a place. */
import { rm, writeFile } from 'node:fs/promises'
import { Refusal } from '../../refusal.ts'

/** `make` gets the secret; when it fails, the empty file goes again. */
export async function intoSecretFile<Made extends { readonly secret: string }>(
  file: string,
  make: () => Promise<Made>,
): Promise<Omit<Made, 'secret'>> {
  await writeFile(file, '', { mode: 0o600, flag: 'wx' }).catch((cause: unknown) => {
    throw new Refusal('OUT_UNWRITABLE', `${file} cannot be written`, {
      next: 'Name a file that does not exist yet, in a folder that you may write to.',
      cause,
    })
  })
  try {
    const { secret, ...rest } = await make()
    await writeFile(file, `${secret}\n`)
    return rest
  } catch (error) {
    await rm(file, { force: true })
    throw error
  }
}
