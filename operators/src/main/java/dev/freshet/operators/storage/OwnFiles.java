package dev.freshet.operators.storage;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Where Freshet keeps small files of its own beside a dataset, which no manifest names. */
public final class OwnFiles {

  /** The directory of what is kept of models, by their ids; no index has a file there. */
  public static final String MODELS = "_freshet/models";

  /** The directory of clones, each of them a dataset; no index has a file there. */
  public static final String CLONES = "_freshet/clones";

  private OwnFiles() {}

  /** The file that keeps how an index takes texts apart, for when it has no segment. */
  public static String textParameters(String index) {
    return directory(index) + "/text.json";
  }

  /** The directory of an index. */
  public static String directory(String index) {
    return "_freshet/" + URLEncoder.encode(index, StandardCharsets.UTF_8);
  }
}
