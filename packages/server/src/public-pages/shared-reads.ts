/**
 * What strangers ask the database for, read once for all who ask at the same time, however many they are. Nobody gets what
 * began to be read before he asked: what was withdrawn by then, on whichever server, is not shown any more. Who comes
 * while it is being read gets the next reading, with all the others who do.
 */
interface Reading<Value> {
  readonly underWay: Promise<Value>
  next: Promise<Value> | undefined
}

export class SharedReads<Value> {
  readonly #readings = new Map<string, Reading<Value>>()

  /** `name`: of what is read. */
  read(name: string, read: () => Promise<Value>): Promise<Value> {
    const reading = this.#readings.get(name)
    if (reading === undefined) return this.#begin(name, read)
    reading.next ??= reading.underWay.then(
      () => this.#begin(name, read),
      () => this.#begin(name, read),
    )
    return reading.next
  }

  #begin(name: string, read: () => Promise<Value>): Promise<Value> {
    const underWay = read()
    const reading: Reading<Value> = { underWay, next: undefined }
    this.#readings.set(name, reading)
    const end = () => {
      if (reading.next === undefined && this.#readings.get(name) === reading) {
        this.#readings.delete(name)
      }
    }
    underWay.then(end, end)
    return underWay
  }
}
