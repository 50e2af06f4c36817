/** A form that makes something with a secret, and then the secret, once. */
import { FormDialog, type FormDialogProps } from '../../../pieces/dialogs/form-dialog.tsx'
import { SecretNote } from './secret-note.tsx'

export interface SecretDialogProps extends Omit<FormDialogProps, 'outcome'> {
  /** Undefined until it was made. */
  readonly secret: string | undefined
  /** What the secret is. */
  readonly what: string
  /** Where it belongs now. */
  readonly keep?: string
}

export function SecretDialog({ secret, what, keep, ...form }: SecretDialogProps) {
  const outcome = secret === undefined ? undefined : <SecretNote {...{ what, keep, secret }} />
  return <FormDialog {...form} outcome={outcome} />
}
