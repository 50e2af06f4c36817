/** What completion of a filter can offer besides the language: names and values of what is shown. */
import type { Device } from '../../../api/operator-api.gen.ts'
import type { Known } from './complete-filter.ts'
import { attributeField, writtenText, writtenValue } from './filter-language.ts'

export interface Shown {
  readonly devices: readonly Device[]
  readonly cohorts: readonly string[]
  readonly versions: readonly string[]
}

export function namesOf({ devices, cohorts, versions }: Shown): Known {
  const values = new Map<string, Set<string>>()
  const add = (field: string, value: string | undefined) => {
    if (value === undefined) return
    const known = values.get(field) ?? new Set()
    values.set(field, known.add(value))
  }
  const attributes = new Set<string>()
  for (const device of devices) {
    add('id', writtenText(device.id))
    add('version', device.version)
    add('rollout', device.rollout && writtenText(device.rollout))
    add('failureCode', device.code && writtenText(device.code))
    add('securityCounter', device.securityCounter?.toString())
    for (const [source, pairs] of [
      ['attr', device.attributes],
      ['device', device.inventory ?? {}],
    ] as const) {
      for (const [name, value] of Object.entries(pairs)) {
        const field = attributeField(source, name)
        attributes.add(field)
        add(field, writtenValue(value))
      }
    }
  }
  for (const cohort of cohorts) add('cohort', writtenText(cohort))
  for (const version of versions) add('version', version)
  for (const version of values.get('version') ?? []) {
    add('line', version.split('.').slice(0, 2).join('.'))
  }
  return {
    attributes: [...attributes].toSorted(),
    values: Object.fromEntries([...values].map(([field, known]) => [field, [...known].toSorted()])),
  }
}
