package dev.freshet.operators.publish;

import dev.freshet.state.model.Fragment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Chooses fragments to look at, where all would be too many. */
final class FragmentChoice {

  private FragmentChoice() {}

  /** One of the fragments, if there is one. */
  static List<Fragment> one(List<Fragment> fragments, Random random) {
    return fragments.isEmpty()
        ? List.of()
        : List.of(fragments.get(random.nextInt(fragments.size())));
  }

  /** As many of the fragments as have so many rows together, chosen at random. */
  static List<Fragment> some(List<Fragment> fragments, long most, Random random) {
    List<Fragment> shuffled = new ArrayList<>(fragments);
    Collections.shuffle(shuffled, random);
    List<Fragment> some = new ArrayList<>();
    long left = most;
    for (Fragment fragment : shuffled) {
      if (fragment.liveRows() <= left) {
        some.add(fragment);
        left -= fragment.liveRows();
      }
    }
    return some;
  }
}
