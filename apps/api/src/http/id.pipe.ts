import { Injectable, type PipeTransform } from '@nestjs/common';
import { isId, notFound } from '@comity/kernel';

/** Path parameter that is an id: what cannot be an id names nothing, so it is answered 404 `<noun>.not-found` like any unknown id. */
@Injectable()
export class IdPipe implements PipeTransform<string, string> {
  constructor(private readonly noun: string) {}

  transform(value: string): string {
    if (!isId(value)) throw notFound(`${this.noun}.not-found`, `There is no such ${this.noun} here.`);
    return value;
  }
}
