/** The tables of migration 0013 as kysely sees them. Times are seconds since 1970. */

export interface LawTables {
  product_facts: {
    product: string
    version: number
    at: number
    /** Account id. */
    author: string
    /** JSON: ProductFacts. */
    facts: string
  }
  support_notices: {
    product: string
    /** A month: 2031-08. */
    ends: string
    months_before: number
    at: number
  }
  risks: {
    product: string
    id: string
    revision: number
    changed_at: number
    changed_by: string
    /** JSON: Risk. */
    risk: string
  }
  risk_assessments: {
    product: string
    version: number
    at: number
    author: string
    /** A person's name. */
    reviewer: string
    /** A day: 2027-11-21. */
    next_review_on: string
    note: string
    risk_count: number
    /** JSON: the risks as they were. */
    risks: string
  }
  review_notices: {
    product: string
    /** Of the assessment after which nobody reviewed the risks again. */
    version: number
    at: number
  }
}
