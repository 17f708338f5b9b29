/** What the library throws: a caller's mistake, or a log that cannot be written. */
export type EngineErrorCode = 'invalidPlan' | 'invalidName' | 'overloaded' | 'logUnavailable';

export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: EngineErrorCode;

  constructor(code: EngineErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
