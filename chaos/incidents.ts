/** Something that went wrong on purpose, as it happened. */
export interface Incident {
  readonly what: string;
  from: number;
  /** Absent while it lasts. */
  to?: number;
}
