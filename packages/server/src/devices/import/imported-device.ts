/** One device of an import, as a line words it. */
import { z } from 'zod'
import { deviceId } from '../../enrolment/enrolment-token-api.ts'
import { name } from '../../http/api-schema.ts'
import type { AttributeValue } from '../attribute-value.ts'
import { deviceChangeSchema } from '../device-api.ts'

export interface ImportedDevice {
  readonly id: string
  readonly cohort?: string | undefined
  readonly pinned?: boolean | undefined
  readonly test?: boolean | undefined
  /** Undefined takes it away. */
  readonly attributes: ReadonlyMap<string, AttributeValue | undefined>
}

export interface Mistake {
  /** The first line of the file is 1. */
  readonly line: number
  readonly what: string
  readonly field?: string | undefined
}

const lineSchema = z.strictObject({
  id: deviceId,
  cohort: name.optional(),
  pinned: z.boolean().optional(),
  test: z.boolean().optional(),
  attributes: deviceChangeSchema.shape.attributes,
})

/** The device, or every mistake in the line. */
export function importedDevice(
  line: number,
  value: unknown,
): { readonly device: ImportedDevice } | { readonly mistakes: readonly Mistake[] } {
  const result = lineSchema.safeParse(value)
  if (!result.success) {
    const mistakes = result.error.issues.map(({ path, message }) => ({
      line,
      what: message.slice(0, 200),
      ...(path.length === 0 ? {} : { field: path.join('.').slice(0, 100) }),
    }))
    return { mistakes }
  }
  const { attributes = {}, ...device } = result.data
  const changes = Object.entries(attributes).map(
    ([key, each]): [string, AttributeValue | undefined] => [key, each ?? undefined],
  )
  return { device: { ...device, attributes: new Map(changes) } }
}
